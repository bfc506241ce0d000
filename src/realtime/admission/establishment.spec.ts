import { describe, expect, it } from '@jest/globals';
import type { TokenAuthenticator } from '../../auth/tokens/token-authenticator.js';
import type { Settings } from '../../config/settings.js';
import type { Connection } from '../connection/connection.js';
import { ConnectionRegistry } from '../connection/connection-registry.js';
import { Admission } from './admission.js';
import { PendingAdmissions } from './pending-admissions.js';
import type { AudienceRegistry } from '../fan-out/audience-registry.js';
import type { CatchUp } from '../fan-out/catch-up.js';
import type { Resume } from '../fan-out/resume.js';
import type { Opening } from '../gateway/gateway.js';
import { Establishment } from './establishment.js';

describe('admitting a connection', () => {
  it('applies an instruction to close a group to the connection, even if it arrives while the access is being checked', async () => {
    const pendingAdmissions = new PendingAdmissions();
    const settings = { sockets: { maxSocketsPerUser: 0 } } as Settings;
    const establishment = new Establishment(
      new Admission({} as TokenAuthenticator, new ConnectionRegistry(), settings),
      pendingAdmissions,
      {} as AudienceRegistry,
      {} as Resume,
      {} as CatchUp,
      settings,
    );
    const closedGroups: (readonly string[])[] = [];
    const open = async (): Promise<Opening> => {
      const opening = { streams: ['board_a'], groups: ['board_a_editors'] };
      await Promise.resolve();
      pendingAdmissions.defer(({ groups }) => closedGroups.push(groups));
      return opening;
    };
    const gateway = { instance: { authentication: 'none', open } };
    const connection = { gateway, params: {}, groups: [], isOpen: true } as unknown as Connection;
    await establishment.admit(connection, null);
    expect(closedGroups).toEqual([['board_a', 'board_a_editors']]);
  });
});
