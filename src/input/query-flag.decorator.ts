import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';

/** An optional query parameter that is `true` or `1`, or `false` or `0`. */
export const QueryFlag = (documentation: { description: string; default?: boolean }): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: Boolean, ...documentation }),
    IsOptional(),
    // `value` is unusable: class-transformer has converted every non-empty text to true.
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => flagOf(obj[key])),
    IsBoolean({ message: '$property must be true or false' }),
  );

function flagOf(text: unknown): unknown {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return text;
}
