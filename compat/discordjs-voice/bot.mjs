// A bot with discord.js and @discordjs/voice, as their users write it.
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AudioPlayerStatus, createAudioPlayer, createAudioResource, EndBehaviorType, entersState, joinVoiceChannel, StreamType, VoiceConnectionStatus,
} from '@discordjs/voice';
import { Client, Events, GatewayIntentBits } from 'discord.js';
import prism from 'prism-media';

const patience = 30_000; // milliseconds

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

const opus = { rate: 48_000, channels: 2, frameSize: 960 };

// encode makes Opus packets of PCM. Neither it nor the decoder works while there is a call: on a busy machine they would hold packets up.
export function encode(pcm) {
  return Readable.from([pcm], { objectMode: false }).pipe(new prism.opus.Encoder(opus)).toArray();
}

// play plays packets from the first to the last one.
export async function play(connection, packets) {
  const player = createAudioPlayer();
  const subscription = connection.subscribe(player);
  player.play(createAudioResource(Readable.from(packets), { inputType: StreamType.Opus }));
  await entersState(player, AudioPlayerStatus.Playing, patience);
  await entersState(player, AudioPlayerStatus.Idle, patience);
  subscription.unsubscribe();
}

// hear gives the PCM of what somebody says until a promise is kept.
export async function hear(connection, user, said) {
  const stream = connection.receiver.subscribe(user, { end: { behavior: EndBehaviorType.Manual } });
  const packets = [];
  stream.on('data', (packet) => packets.push(packet));
  await said;
  for (let before = -1; before < packets.length; await sleep(200)) before = packets.length; // on a busy machine some wait in the socket
  stream.destroy();
  await once(stream, 'close'); // until then the same stream is given for the user
  return Buffer.concat(await Readable.from(packets).pipe(new prism.opus.Decoder(opus)).toArray());
}
