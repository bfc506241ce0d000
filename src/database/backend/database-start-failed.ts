/** The database cannot be used. The message is one line for the operator, without password. */
export class DatabaseStartFailed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseStartFailed';
  }
}
