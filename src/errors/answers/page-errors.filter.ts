import { Catch } from '@nestjs/common';
import type { Request } from 'express';
import { acceptsPage } from './error-page.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';

/** For controllers whose routes are pages, such as the targets of links in e-mails. Sends errors to browsers as pages. */
@Catch()
export class PageErrorsFilter extends ProblemDetailsFilter {
  protected override wantsPage(request: Request): boolean {
    return acceptsPage(request);
  }
}
