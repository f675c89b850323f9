// discord.js as its users write it. Only the address of the API is another one; the gateway's comes from /gateway/bot.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import {
  ActionRowBuilder, AttachmentBuilder, ButtonBuilder, ButtonStyle, Client, EmbedBuilder, Events, GatewayIntentBits, MessageFlags, ModalBuilder, REST,
  Routes, SlashCommandBuilder, TextInputBuilder, TextInputStyle,
} from 'discord.js';
import { startSandbox } from './sandbox.mjs';

let sandbox, client, channel;

// next waits for one event, and fails the test that waits too long for it.
const next = (event) => once(client, event, { signal: AbortSignal.timeout(10_000) }).then(([first]) => first);

before(async () => {
  sandbox = await startSandbox();
  client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
    rest: { api: sandbox.api_url.replace(/\/v10$/, '') },
  });
  const ready = next(Events.ClientReady);
  await client.login(sandbox.bot_token);
  await ready;
  channel = await client.channels.fetch(sandbox.channels.find((c) => c.name === 'general').id);
});

after(async () => {
  await client?.destroy();
  await sandbox?.stop();
});

test('logs in and knows itself and its guild', () => {
  assert.equal(client.user.id, sandbox.application_id);
  assert.equal(client.guilds.cache.get(sandbox.guild_id).name, "natedog's server");
});

test('lists channels, members and messages', async () => {
  const guild = await client.guilds.fetch(sandbox.guild_id);
  const channels = await guild.channels.fetch();
  assert.deepEqual([...channels.keys()].sort(), sandbox.channels.map((c) => c.id).sort());
  const nathan = sandbox.users.find((user) => user.name === 'nathan');
  assert.equal((await guild.members.fetch(nathan.id)).user.username, 'nathan');
  assert.equal((await channel.messages.fetch({ limit: 5 })).size, 5);
});

test('sends a message with a file and an embed, edits, reacts and deletes', async () => {
  const message = await channel.send({
    content: 'a file',
    files: [new AttachmentBuilder(Buffer.from('hello'), { name: 'hello.txt' })],
    embeds: [new EmbedBuilder().setTitle('title').setColor(0x57f287)],
  });
  const attachment = message.attachments.first();
  assert.equal(attachment.name, 'hello.txt');
  assert.equal(await (await fetch(attachment.url)).text(), 'hello');
  assert.equal(message.embeds[0].title, 'title');
  assert.equal((await message.edit('changed')).content, 'changed');
  await message.react('👍');
  assert.equal((await message.fetch(true)).reactions.cache.get('👍').count, 1);
  const deleted = next(Events.MessageDelete);
  await message.delete();
  assert.equal((await deleted).id, message.id);
});

test('receives what a person writes, and replies', async () => {
  const created = next(Events.MessageCreate);
  await sandbox.person('nathan', 'POST', `/channels/${channel.id}/messages`, { content: 'hello bot' });
  const message = await created;
  assert.equal(message.content, 'hello bot');
  assert.equal(message.author.username, 'nathan');
  const reply = await message.reply('hello nathan');
  assert.equal(reply.reference.messageId, message.id);
});

test('answers a slash command, a button and a modal', async () => {
  const rest = new REST({ api: sandbox.api_url.replace(/\/v10$/, '') }).setToken(sandbox.bot_token);
  const feedback = new SlashCommandBuilder().setName('feedback').setDescription('Asks how it was')
    .addStringOption((option) => option.setName('topic').setDescription('About what').setRequired(true));
  const registered = await rest.put(Routes.applicationGuildCommands(sandbox.application_id, sandbox.guild_id), { body: [feedback.toJSON()] });
  assert.equal(registered[0].name, 'feedback');

  client.on(Events.InteractionCreate, async (interaction) => {
    if (interaction.isChatInputCommand()) {
      const button = new ButtonBuilder().setCustomId('give').setLabel('Give').setStyle(ButtonStyle.Primary);
      await interaction.reply({ content: `About ${interaction.options.getString('topic')}?`, components: [new ActionRowBuilder().addComponents(button)] });
    } else if (interaction.isButton()) {
      const input = new TextInputBuilder().setCustomId('text').setLabel('How was it?').setStyle(TextInputStyle.Short);
      await interaction.showModal(new ModalBuilder().setCustomId('form').setTitle('Feedback').addComponents(new ActionRowBuilder().addComponents(input)));
    } else if (interaction.isModalSubmit()) {
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction.editReply(`Thanks for "${interaction.fields.getTextInputValue('text')}"`);
    }
  });

  const asked = await sandbox.act({ user: 'nathan', do: 'slash', channel: channel.id, name: 'feedback', options: { topic: 'tea' } });
  assert.equal(asked.status, 'answered');
  assert.equal(asked.message.content, 'About tea?');
  const form = await sandbox.act({ user: 'nathan', do: 'click', channel: channel.id, message: asked.message.id, name: 'give' });
  assert.equal(form.status, 'modal');
  assert.equal(form.modal.title, 'Feedback');
  const thanks = await sandbox.act({ user: 'nathan', do: 'submit', options: { text: 'fine' } });
  assert.equal(thanks.message.content, 'Thanks for "fine"');
  assert.equal(thanks.message.flags & MessageFlags.Ephemeral, MessageFlags.Ephemeral);
});
