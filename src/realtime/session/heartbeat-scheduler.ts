import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import type { Connection } from '../connection/connection.js';
import { Heartbeat } from './heartbeat.js';
import { monotonicNow, TimerWheel } from './timer-wheel.js';

/** The deadlines of all connections, on one timer. */
@Injectable()
export class HeartbeatScheduler implements OnModuleInit, OnApplicationShutdown {
  private readonly wheel = new TimerWheel();

  constructor(private readonly settings: Settings) {}

  onModuleInit(): void {
    this.wheel.start();
  }

  onApplicationShutdown(): void {
    this.wheel.stop();
  }

  watch(connection: Connection): Heartbeat {
    const now = monotonicNow();
    const heartbeat = new Heartbeat(connection, this.settings, now);
    this.wheel.schedule(heartbeat, now + 1_000);
    connection.onceClosed(() => {
      heartbeat.end();
    });
    return heartbeat;
  }
}
