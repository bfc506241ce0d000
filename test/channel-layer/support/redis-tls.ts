import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../support/servers/free-port.js';
import { startRedis } from '../../support/servers/redis-server.js';

const SUBJECT = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export interface TlsRedis {
  /** `rediss://127.0.0.1:PORT` */
  readonly url: string;
  /** The self-signed certificate, PEM. */
  readonly certificate: string;
  stop(): Promise<void>;
}

/** A Redis with TLS, with a certificate created for this test. */
export async function startTlsRedis(): Promise<TlsRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'tidings-tls-'));
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  await promisify(execFile)('openssl', ['req', '-x509', ...KEY, ...SUBJECT, '-keyout', key, '-out', certificate]);
  const port = await freePort();
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
  const redis = await startRedis({ args: ['--tls-port', String(port), '--tls-auth-clients', 'no', ...files] });
  return {
    url: `rediss://127.0.0.1:${port}`,
    certificate: await readFile(certificate, 'utf8'),
    stop: async () => {
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
