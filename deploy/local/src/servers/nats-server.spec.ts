import { describe, expect, it, jest } from '@jest/globals';
import { jetstreamManager, jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { access, readFile } from 'node:fs/promises';
import { findProgram, PROCESS_FIRST } from '../parts/resolve.ts';
import { startNatsServer } from './nats-server.ts';

jest.setTimeout(120_000);

describe('a nats-server of a test', () => {
  it('keeps every acknowledged message through a kill and a restart on the same port', async () => {
    await using server = await startNatsServer();
    const connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    for (let index = 0; index < 20; index += 1) await jetstream(connection).publish(`kept.${index}`);
    await server.kill();
    expect(server.running).toBe(false);
    await server.restart();
    const again = await connect({ servers: server.url });
    expect((await (await jetstreamManager(again)).streams.info('KEPT')).state.messages).toBe(20);
    await again.close();
    await connection.close();
  });

  it('syncs every write and keeps its own store, whatever the given configuration says', async () => {
    const config = 'jetstream { store_dir: "/nowhere", sync_interval: "2m" }\nport: 1';
    await using server = await startNatsServer({ config });
    const text = await readFile(`${server.storeDir}/nats-server.conf`, 'utf8');
    expect(text.trim().split('\n').at(-1)).toContain('sync_interval: always');
    expect(await readFile(server.logFile, 'utf8')).toContain(`Store Directory: "${server.storeDir}/jetstream"`);
  });

  it('lets in only the users of the accounts it was given', async () => {
    const config = 'accounts { PLATFORM { jetstream: enabled, users: [{ user: reader, password: secret }] } }';
    await using server = await startNatsServer({ config });
    const reader = await connect({ servers: server.url, user: 'reader', pass: 'secret' });
    await reader.close();
    await expect(connect({ servers: server.url })).rejects.toThrow(/authorization/i);
  });

  it('says what the server said when its configuration is wrong, and leaves nothing', async () => {
    // Chosen, so that no other program is tried with the same configuration.
    const program = await findProgram('nats-server', { order: PROCESS_FIRST });
    await expect(startNatsServer({ program, config: 'accounts {' })).rejects.toMatchObject({
      code: 'E_PART_EXITED',
      message: expect.stringContaining('nats-server: ended with code 1'),
    });
  });

  it('takes its data away when it stops, and can be stopped twice', async () => {
    const server = await startNatsServer();
    await server.stop();
    await server.stop();
    await expect(access(server.storeDir)).rejects.toThrow('ENOENT');
    await expect(server.restart()).rejects.toMatchObject({ code: 'E_PART_STOPPED' });
  });
});
