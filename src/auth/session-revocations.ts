import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

/** Tells the house which sessions have just ended, so that their sockets can be closed. */
@Injectable()
export class SessionRevocations {
  /** The session id; emitted after the commit of a logout or of a detected reuse, on the node where it happened. */
  readonly revoked = new Subject<string>();
}
