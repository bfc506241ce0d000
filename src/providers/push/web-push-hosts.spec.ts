import { describe, expect, it } from '@jest/globals';
import { WebPushHosts } from './web-push-hosts.js';

const hosts = new WebPushHosts(['fcm.googleapis.com', '.push.apple.com', 'http://localhost:8080']);

describe('WebPushHosts', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com:443/fcm/send/abc',
    'https://web.push.apple.com/x',
    'http://localhost:8080/push',
  ])('allows %s', (endpoint) => {
    expect(hosts.allows(endpoint)).toBe(true);
  });

  it.each([
    'http://fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com:8443/fcm/send/abc',
    'https://fcm.googleapis.com.example.com/',
    'https://evilpush.apple.com.example.com/',
    'https://notpush.apple.com/',
    'https://user@fcm.googleapis.com/',
    'https://fcm.googleapis.com./',
    'https://169.254.169.254/latest/meta-data',
    'http://localhost/push',
    'file:///etc/passwd',
    'nonsense',
  ])('rejects %s', (endpoint) => {
    expect(hosts.allows(endpoint)).toBe(false);
  });
});
