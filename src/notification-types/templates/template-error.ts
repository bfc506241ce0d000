/** A template, or a value for it, is invalid. The message is meant for the author of the template. */
export class TemplateError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TemplateError';
  }
}
