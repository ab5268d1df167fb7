// A strict reader of what is told to those who watch all their chats.

import { parse, watchEvent, demand, Violation } from './objects.js';

export class WatchReader {
  /** Kind, chat and status of each change, in their order. */
  changes = [];

  query() {
    return {};
  }

  open() {}

  close() {}

  settle() {}

  /** A WebSocket message: one object. */
  take(json, isEnvelope = false) {
    if (!isEnvelope) {
      this.#change(parse(json, watchEvent, 'a change'));
      return;
    }
    const { type, data, ...more } = parse(json, () => {}, 'an envelope');
    demand(type === 'data' && Object.keys(more).length === 0, `this is no envelope: ${json}`);
    watchEvent(data, 'a change');
    this.#change(data);
  }

  #change({ kind, chat, tool_calls: calls }) {
    if (kind === 'action_required' && calls.length === 0) {
      throw new Violation('action_required names no call');
    }
    this.changes.push([kind, chat.id, chat.status].join(' '));
  }
}
