package chatd.server.postgres;

import chatd.core.message.ChatId;
import chatd.engine.port.TitleClaims;
import java.time.Duration;
import java.util.UUID;

/// Claims on the titles of chats, one row each.
public final class PostgresTitleClaims implements TitleClaims {
  private final Database database;

  public PostgresTitleClaims(Database database) {
    this.database = database;
  }

  @Override
  public boolean take(ChatId chat, UUID claim, Duration length) {
    return database.single(connection ->
        Sql.of(
                    """
                    insert into title_claims as c (chat_id, claim, ends_at)
                    values (?, ?, clock_timestamp() + make_interval(secs => ?))
                    on conflict (chat_id) do update
                      set claim = excluded.claim, ends_at = excluded.ends_at
                      where c.ends_at <= clock_timestamp()
                    """,
                    chat.value(),
                    claim,
                    (double) length.toSeconds())
                .update(connection)
            == 1);
  }

  @Override
  public void giveUp(ChatId chat, UUID claim) {
    database.single(connection ->
        Sql.of("delete from title_claims where chat_id = ? and claim = ?", chat.value(), claim)
            .update(connection));
  }
}
