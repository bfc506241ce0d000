/** The database can't be used. The message is one line for the person at the terminal, without password. */
export class DatabaseStartFailed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseStartFailed';
  }
}
