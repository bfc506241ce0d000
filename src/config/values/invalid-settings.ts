/** The environment can't be used. `problems` has one line each, fit for the person at the terminal; no secret is in them. */
export class InvalidSettings extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'InvalidSettings';
  }
}
