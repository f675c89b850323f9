// A bot with discord.js and @discordjs/voice, as their users write it.
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { AudioPlayerStatus, createAudioPlayer, createAudioResource, EndBehaviorType, entersState, joinVoiceChannel, StreamType, VoiceConnectionStatus } from '@discordjs/voice';
import { Client, Events, GatewayIntentBits } from 'discord.js';
import prism from 'prism-media';

const patience = 10_000; // milliseconds

// logIn starts the bot. Only the address of the API is another one; the gateway's comes from /gateway/bot, the voice server's from the gateway.
export async function logIn(api, token) {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
    rest: { api: api.replace(/\/v10$/, '') },
  });
  const ready = once(client, Events.ClientReady, { signal: AbortSignal.timeout(patience) });
  await client.login(token);
  await ready;
  return client;
}

// join takes the bot to a voice channel.
export async function join(client, channelId, daveEncryption) {
  const channel = await client.channels.fetch(channelId);
  const connection = joinVoiceChannel({
    channelId,
    guildId: channel.guildId,
    adapterCreator: channel.guild.voiceAdapterCreator,
    selfDeaf: false,
    daveEncryption,
  });
  return entersState(connection, VoiceConnectionStatus.Ready, patience);
}

// play plays PCM from its beginning to its end.
export async function play(connection, pcm) {
  const player = createAudioPlayer({ behaviors: { maxMissedFrames: 50 } }); // a second, for a busy machine
  const subscription = connection.subscribe(player);
  player.play(createAudioResource(Readable.from([pcm], { objectMode: false }), { inputType: StreamType.Raw }));
  await entersState(player, AudioPlayerStatus.Playing, patience);
  await entersState(player, AudioPlayerStatus.Idle, patience);
  subscription.unsubscribe();
}

const pause = 1000; // milliseconds; shorter ones may come of a busy machine

// hear gives the PCM, stereo, of what somebody says, up to the first pause.
export async function hear(connection, user) {
  const packets = connection.receiver.subscribe(user, { end: { behavior: EndBehaviorType.AfterSilence, duration: pause } });
  const decoder = packets.pipe(new prism.opus.Decoder({ rate: 48_000, channels: 2, frameSize: 960 }));
  const closed = once(packets, 'close'); // until then the same stream is given for the user
  const timer = setTimeout(() => packets.destroy(new Error(`nothing was heard in ${patience} ms`)), patience);
  packets.once('error', (error) => decoder.destroy(error));
  try {
    const pcm = Buffer.concat(await decoder.toArray());
    await closed;
    return pcm;
  } finally {
    clearTimeout(timer);
  }
}
