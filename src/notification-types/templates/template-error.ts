/** A template, or the values for one, can't be used. The message is for whoever wrote it. */
export class TemplateError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TemplateError';
  }
}
