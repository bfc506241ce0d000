import { ServiceError } from '../../errors/service-error.js';
import type { NotificationType } from './notification-type.js';
import { plainType } from './type-reader.js';

/** The registry: every type of notification there is, ours and those of NOTIFICATION_TYPES_FILE. */
export class NotificationTypes {
  /** The texts of digests; no notification is of this type. */
  readonly digest: NotificationType;
  private readonly types: ReadonlyMap<string, NotificationType>;

  /** `strict`: NOTIFICATION_TYPES_STRICT; `builtIn`: the types before a settings file changed them. */
  constructor(
    types: ReadonlyMap<string, NotificationType>,
    private readonly strict: boolean,
    private readonly builtIn: ReadonlyMap<string, NotificationType> = new Map(),
  ) {
    this.digest = types.get('digest') ?? plainType('digest', types);
    this.types = new Map([...types].filter(([name]) => name !== 'digest'));
  }

  /** By name. */
  get all(): NotificationType[] {
    return [...this.types.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** The type as this version has it by itself; null for others. */
  original(name: string): NotificationType | null {
    return this.builtIn.get(name) ?? null;
  }

  has(name: string): boolean {
    return this.types.has(name);
  }

  /** The type of this name; one that is not in the registry is as `general` is, without texts of its own. Never throws. */
  get(name: string): NotificationType {
    return this.types.get(name) ?? plainType(name, this.types);
  }

  /** As `get`, for a name that a request brings. Throws invalid_message for an unknown one where only known ones are taken. */
  require(name: string, pointer = '#/notification_type'): NotificationType {
    if (!this.strict || this.types.has(name)) return this.get(name);
    const detail = `must be one of ${this.all.map((type) => type.name).join(', ')}`;
    throw new ServiceError('invalid_message', `There is no notification type ${name}.`, {
      errors: [{ pointer, detail }],
    });
  }
}
