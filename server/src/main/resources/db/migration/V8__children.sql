-- Whoever deletes a chat has to know that no other one names it as its parent.
create index chats_parent on chats (parent_id) where parent_id is not null;
