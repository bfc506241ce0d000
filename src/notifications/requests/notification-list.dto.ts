import { ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsOptional, MaxLength } from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { QueryFlag } from '../../input/query-flag.decorator.js';
import { PageQuery } from '../../pagination/page.js';
import { IsMoment } from '../../input/moment.js';

/** The members that the filters of GET notifications/ and POST notifications/read-all/ have in common. */
export interface NotificationFilterQuery {
  readonly type?: string;
  readonly notification_type?: string;
  readonly created_after?: string;
  readonly created_before?: string;
}

const TYPE = { type: String, description: 'Only notifications of this type' };

/** The query of GET notifications/. */
export class NotificationListQuery extends PageQuery implements NotificationFilterQuery {
  @QueryFlag({ description: 'true: only unread ones, false: only read ones' })
  unread?: boolean;

  @QueryFlag({ description: 'true: only seen ones, false: only those that are not seen' })
  seen?: boolean;

  @QueryFlag({ description: 'true: only archived ones, which are not listed otherwise' })
  archived?: boolean;

  @ApiPropertyOptional({ ...TYPE, description: 'The same as `notification_type`' })
  @IsOptional()
  @MaxLength(64)
  @IsStorableText()
  type?: string;

  @ApiPropertyOptional(TYPE)
  @IsOptional()
  @MaxLength(64)
  @IsStorableText()
  notification_type?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Only notifications created after this time',
  })
  @IsOptional()
  @IsMoment()
  created_after?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Only notifications created before this time',
  })
  @IsOptional()
  @IsMoment()
  created_before?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'The user whose notifications are listed. For administrators; required with an API key. Default: you',
  })
  @IsOptional()
  @IsStorableText()
  user_id?: string;
}

/** The query of POST notifications/read-all/. */
export class ReadAllQuery
  extends PickType(NotificationListQuery, ['notification_type', 'created_after', 'created_before'] as const)
  implements NotificationFilterQuery {}

/** The query of GET notifications/{id}/. */
export class NotificationQuery {
  @ApiPropertyOptional({
    type: String,
    description:
      'The user whose view of a broadcast is returned. For administrators; required with an API key. Default: you',
  })
  @IsOptional()
  @IsStorableText()
  user_id?: string;
}
