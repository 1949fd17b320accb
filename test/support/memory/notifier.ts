import type { Message } from '../../../core/messages.ts';
import type { Notifier } from '../../../handlers/ports.ts';

export class RecordingNotifier implements Notifier {
  readonly channel: string;
  readonly sent: Message[] = [];
  /** Asked before each message: throws or never settles where the channel is down. */
  obstacle: (message: Message) => Promise<void> = async () => {};

  constructor(channel: string) {
    this.channel = channel;
  }

  takes(_message: Message): boolean {
    return true;
  }

  async send(message: Message): Promise<void> {
    await this.obstacle(message);
    this.sent.push(message);
  }
}
