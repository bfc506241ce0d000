/** The environment is invalid. `problems` has one line per problem, worded for the operator. The lines contain no secrets. */
export class InvalidSettings extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'InvalidSettings';
  }
}
