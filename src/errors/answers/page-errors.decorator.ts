import { applyDecorators, UseFilters } from '@nestjs/common';
import { ApiDefaultResponse } from '@nestjs/swagger';
import { PageErrorsFilter } from './page-errors.filter.js';
import { PROBLEM_JSON } from './problem-details.js';

/** For controllers whose routes are pages, such as the targets of links in e-mails: browsers get errors as pages. */
export const PageErrors = (): ClassDecorator =>
  applyDecorators(
    UseFilters(PageErrorsFilter),
    ApiDefaultResponse({
      description: 'Every error; for browsers as a page',
      content: {
        [PROBLEM_JSON]: { schema: { $ref: '#/components/schemas/Problem' } },
        'text/html': { schema: { type: 'string' } },
      },
    }),
  );
