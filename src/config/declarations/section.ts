import 'reflect-metadata';

/** The heading of a section in docs/settings.md and .env.example. */
export interface SectionHeading {
  readonly title: string;
  /** A note on all variables of the section, in Markdown. */
  readonly note: string | undefined;
}

const HEADING = Symbol('heading');

/** Marks a class of settings as a section of the documentation. */
export const Section = (title: string, note?: string): ClassDecorator =>
  Reflect.metadata(HEADING, { title, note } satisfies SectionHeading);

/** The heading of a section. Throws Error for a class without `@Section()`. */
export function headingOf(section: object): SectionHeading {
  const heading = Reflect.getMetadata(HEADING, section.constructor) as SectionHeading | undefined;
  if (!heading) throw new Error(`${section.constructor.name} has no @Section()`);
  return heading;
}
