import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, MaxLength } from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { PageQuery } from '../../pagination/page.js';

/** `?unread=&type=&limit=&cursor=` of GET notifications/. */
export class NotificationListQuery extends PageQuery {
  @ApiPropertyOptional({ type: Boolean, description: 'true: only unread ones, false: only read ones' })
  @IsOptional()
  @Transform(({ obj }: { obj: { unread?: unknown } }) => booleanOf(obj.unread))
  @IsBoolean({ message: '$property must be true or false' })
  unread?: boolean;

  @ApiPropertyOptional({ type: String, description: 'Only notifications of this type' })
  @IsOptional()
  @MaxLength(64)
  @IsStorableText()
  type?: string;
}

function booleanOf(text: unknown): unknown {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return text;
}
