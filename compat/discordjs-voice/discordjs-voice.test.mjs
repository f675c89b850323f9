// A bot with @discordjs/voice and one of cordial's in one call of the sandbox.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { encode, hear, join, logIn, play } from './bot.mjs';
import { startSandbox } from './sandbox.mjs';
import { samplesOf, silence, strays, sweep, wav, wavSamples } from './sound.mjs';

// The certificate of the sandbox's voice server is made when it starts, and Node reads whom it trusts before that.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

const ours = sweep(300, 1700, 1);
const theirs = sweep(1900, 400, 2);

// padded is a sound with silence around it: on a busy machine the first packets may go out late and all at once, or come before it is known
// whose they are, and the last ones may come late.
const padded = (sound) => Buffer.concat([silence(1), sound, silence(0.5)]);
const packets = await encode(padded(theirs));

const few = 5; // packets

// same fails unless a sound is heard from its beginning to its end, but for a number of gaps.
function same(samples, sound, gaps = 0) {
  const missing = strays(samples, samplesOf(sound, 2));
  assert.ok(missing <= 2 * gaps, `${missing} tenths of a second are not as they were said, and there are ${gaps} gaps`); // a gap may spoil two
}

for (const { name, options, encrypted } of [
  { name: 'AES-256-GCM and DAVE', options: ['-mode', 'aead_aes256_gcm_rtpsize'], encrypted: true },
  { name: 'XChaCha20-Poly1305 and DAVE', options: ['-mode', 'aead_xchacha20_poly1305_rtpsize'], encrypted: true },
  { name: 'no DAVE', options: ['-plain'], encrypted: false },
]) {
  describe(name, () => {
    let sandbox, folder, channel, client, connection, recordings = 0;

    before(async () => {
      folder = await mkdtemp(joinPath(tmpdir(), 'voice-'));
      await writeFile(joinPath(folder, 'ours.wav'), wav(padded(ours)));
      sandbox = await startSandbox(options);
      channel = sandbox.channels.find(({ name, type }) => name === 'General' && type === 2).id;
      client = await logIn(sandbox.api_url, sandbox.users.find((user) => user.name === 'Dizcord Util Bot').token);
      await sandbox.ask({ do: 'join', channel });
    });

    after(async () => {
      connection?.destroy();
      await client?.destroy();
      await sandbox?.stop();
      await rm(folder, { recursive: true });
    });

    // agree waits until both bots have the keys of the same epoch, or none, and gives the code by which cordial's verifies this one.
    async function agree() {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const { version, privacy_code, verification } = await sandbox.ask({ do: 'secure', user: client.user.id });
        const code = connection.voicePrivacyCode ?? '';
        if (version === Number(encrypted) && privacy_code === code && encrypted === (code !== '')) return verification;
        assert.ok(Date.now() < deadline, `the bots do not agree: "${code}" here, and version ${version}, "${privacy_code}" there`);
        await sleep(50);
      }
    }

    // recorded fails unless cordial's bot records what this one plays. A player that was held up sends more at once than fits, and the recording
    // tells how many packets it left out: one with more than a few says nothing, and is made again.
    async function recorded() {
      for (let tries = 5; ; tries--) {
        const { files, lost, invalid, adjusted } = await record();
        assert.deepEqual({ lost, invalid }, { lost: 0, invalid: 0 });
        if (adjusted <= few) return same(wavSamples(await readFile(files[0])), theirs, adjusted);
        assert.ok(tries > 1, `the recordings leave out many packets, the last one ${adjusted}`);
      }
    }

    // record has cordial's bot record what this one plays, and gives what it tells of that.
    async function record() {
      await sandbox.ask({ do: 'record', path: joinPath(folder, `recording${recordings++}.wav`) });
      await play(connection, packets);
      const { recording } = await sandbox.ask({ do: 'stop' });
      assert.deepEqual(Object.keys(recording.speakers), [client.user.id]);
      return recording.speakers[client.user.id];
    }

    // heard fails unless this bot hears what cordial's plays.
    async function heard() {
      const said = sandbox.ask({ do: 'play', path: joinPath(folder, 'ours.wav') });
      same(samplesOf(await hear(connection, sandbox.application_id, said), 2), ours);
    }

    test('both are in one call, with the same codes', async () => {
      connection = await join(client, channel, encrypted);
      const verification = await agree();
      if (encrypted) assert.equal(await connection.getVerificationCode(sandbox.application_id), verification);
    });

    test('what discord.js plays is recorded', recorded);

    test('what cordial plays is heard', heard);

    test('both play at once', () => Promise.all([recorded(), heard()]));

    test('discord.js leaves and comes back', async () => {
      connection.destroy();
      connection = await join(client, channel, encrypted);
      await agree();
      await Promise.all([recorded(), heard()]);
    });

    test('cordial leaves and comes back', async () => {
      await sandbox.ask({ do: 'leave' });
      await sandbox.ask({ do: 'join', channel });
      await agree();
      await Promise.all([recorded(), heard()]);
    });
  });
}
