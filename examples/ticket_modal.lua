-- Support tickets: a button opens a form, the form opens a private channel with the details, and a button there closes it.
bot.cmd("tickets", {description = "post the button that opens tickets", permissions = {"MANAGE_CHANNELS"}}, function(msg)
  msg:channel():send("Something is broken?", {components = {ui.button{id = "ticket:open", label = "Open a ticket", style = "primary", emoji = "🎫"}}})
end)

bot.button("ticket:open", function(ix)
  ix:modal(ui.modal{
    id = "ticket:form", title = "Open a ticket",
    ui.input{id = "subject", label = "What is it about?", max = 80},
    ui.input{id = "details", label = "What happened?", style = "paragraph", required = false},
  })
end)

bot.modal("ticket:form", function(ix)
  local guild = ix:guild()
  local ticket = guild:create_channel{
    name = "ticket-" .. ix.user.username, parent_id = ix:channel().parent_id, topic = ix.fields.subject,
    permission_overwrites = {
      {id = guild.id, type = 0, deny = {"VIEW_CHANNEL"}},
      {id = ix.user.id, type = 1, allow = {"VIEW_CHANNEL", "SEND_MESSAGES"}},
      {id = bot.user.id, type = 1, allow = {"VIEW_CHANNEL", "SEND_MESSAGES", "MANAGE_CHANNELS"}},
    },
  }
  local details = ix.fields.details ~= "" and ix.fields.details or "(no details)"
  ticket:send(ix.user.mention, {
    embeds = {ui.embed{title = ix.fields.subject, description = details}},
    components = {ui.button{id = "ticket:close:" .. ix.user.id, label = "Close", style = "danger"}},
  })
  ix:reply("Your ticket is " .. ticket.mention .. ".", {ephemeral = true})
end)

bot.button("ticket:close:{owner}", function(ix, owner)
  if ix.user.id ~= owner and not ix.permissions:has("MANAGE_CHANNELS") then
    return ix:reply("Only who opened the ticket can close it.", {ephemeral = true})
  end
  ix:reply("Closed. This channel goes in five seconds.")
  sleep(5)
  ix:channel():delete{reason = "ticket closed by " .. ix.user.username}
end)
