import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const PRINCIPAL_EXAMPLE = '0192d3a4-5b6c-7d8e-9f00-112233445566';

/** The token and the URLs that a client needs to open sockets. */
export class RealtimeTokenDto {
  /** Valid for WebSockets only, as `?token=`, `Authorization: Bearer` or subprotocol `bearer.<token>`. */
  token!: string;

  @ApiProperty({ example: 'ws://localhost:8000/ws', description: 'The URL that all socket paths start with' })
  ws_base_url!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'Complete URLs by name, with the token: `new WebSocket(endpoints.notifications)`. In `order_tracking` the client ' +
      'replaces `{order_id}` with the id of the order. Only partners get `partner`.',
    example: {
      notifications: 'ws://localhost:8000/ws/notifications/?token=eyJhbGciOiJIUzI1NiJ9...',
      order_tracking: 'ws://localhost:8000/ws/orders/{order_id}/?token=eyJhbGciOiJIUzI1NiJ9...',
    },
  })
  endpoints!: Record<string, string>;

  /** Seconds until the token expires. */
  @ApiProperty({ example: 3600 })
  expires_in!: number;

  @ApiProperty({ example: PRINCIPAL_EXAMPLE })
  user_id!: string;

  @ApiProperty({ example: false })
  is_partner!: boolean;
}

/** A WebSocket endpoint. */
export class EndpointDto {
  @ApiProperty({ example: '/ws/orders/{order_id}/' })
  path!: string;

  @ApiProperty({ example: 'One order: its status, its location, its chat' })
  description!: string;

  @ApiProperty({ example: true })
  authentication_required!: boolean;
}

export class UserCapabilitiesDto {
  is_authenticated!: boolean;
  is_partner!: boolean;
  is_admin!: boolean;
}

/** A STUN or TURN server for WebRTC, as `RTCPeerConnection` accepts it. */
export class IceServerDto {
  @ApiProperty({ type: [String], example: ['turn:turn.example.com:3478?transport=udp'] })
  urls!: string[];

  @ApiPropertyOptional({ description: 'Expiry (Unix time) and user', example: '1795296600:0192d3a4' })
  username?: string;

  @ApiPropertyOptional({ example: 'bm90IGEgcmVhbCBvbmU=' })
  credential?: string;
}

/** The endpoints and features that are available to this user. */
export class RealtimeInfoDto {
  /** False if no process serves sockets. Use REST instead. */
  websocket_enabled!: boolean;

  @ApiProperty({ enum: ['ws', 'wss'] })
  protocol!: string;

  @ApiProperty({ example: 'localhost:8000' })
  host!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/EndpointDto' },
    example: {
      notifications: {
        path: '/ws/notifications/',
        description: 'Your notifications and unread count, live',
        authentication_required: true,
      },
    },
  })
  available_endpoints!: Record<string, EndpointDto>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'boolean' },
    example: { live_notifications: true, order_tracking: true, mark_read: true, auto_reconnect: true, resume: true },
  })
  features!: Record<string, boolean>;

  /** The channels on which notifications can be sent. */
  @ApiProperty({ type: [String], example: ['websocket', 'email'] })
  available_channels!: string[];

  /** The channels that are off, with the reason. */
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { sms: 'TWILIO_ACCOUNT_SID is not set' },
  })
  unavailable_channels!: Record<string, string>;

  @ApiProperty({ type: [IceServerDto], description: '`iceServers` for calls; empty without TURN_URL' })
  ice_servers!: IceServerDto[];

  user_capabilities!: UserCapabilitiesDto;
}
