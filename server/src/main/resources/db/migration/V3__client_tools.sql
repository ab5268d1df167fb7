-- The tools that the client of a chat runs itself, as JSON; null: none. They never change.
alter table chats add column client_tools bytea;
