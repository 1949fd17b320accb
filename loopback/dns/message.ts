import dnsPacket, { type Answer, type DecodedPacket } from 'dns-packet';
import { answer, type Knowledge, rcode } from './answer.ts';

/** What every asker can take over UDP. https://www.rfc-editor.org/rfc/rfc1035#section-4.2.1 */
const plainBytes = 512;
/** What this server sends over UDP to those who say that they can take it. */
const payloadBytes = 1_232;

/** The reply to one message as it came from the wire, or null for what is no query: that is dropped. */
export function replyTo(message: Buffer, transport: 'udp' | 'tcp', knowledge: Knowledge): Buffer | null {
  const query = decodeQuery(message);
  if (query === null) return null;
  const { id = 0, questions = [] } = query;
  const desired = query.flag_rd ? dnsPacket.RECURSION_DESIRED : 0;
  // Extension options are acknowledged and not used. https://www.rfc-editor.org/rfc/rfc6891#section-6.1.1
  const extension = query.additionals?.find((record) => record.type === 'OPT');
  const additionals: Answer[] = extension
    ? [{ ...extension, udpPayloadSize: payloadBytes, flags: 0, options: [] }]
    : [];
  const head = { type: 'response', id, questions, additionals } as const;

  if (opcodeOf(query) !== 0) return dnsPacket.encode({ ...head, flags: desired | rcode.notImplemented });
  const [question, ...more] = questions;
  if (question === undefined || more.length > 0) return dnsPacket.encode({ ...head, flags: desired | rcode.formErr });

  const said = answer(question, knowledge);
  const flags = desired | said.rcode | (said.authoritative ? dnsPacket.AUTHORITATIVE_ANSWER : 0);
  const whole = dnsPacket.encode({ ...head, flags, answers: [...said.answers], authorities: [...said.authorities] });
  const offered = extension?.type === 'OPT' ? Math.min(extension.udpPayloadSize, payloadBytes) : plainBytes;
  if (transport === 'tcp' || whole.length <= Math.max(offered, plainBytes)) return whole;
  // Cut off: the asker comes again over TCP.
  return dnsPacket.encode({ ...head, flags: flags | dnsPacket.TRUNCATED_RESPONSE });
}

/** Null for what cannot be read or is a response: answering those would let two servers talk for ever. */
function decodeQuery(message: Buffer): DecodedPacket | null {
  let packet: DecodedPacket;
  try {
    packet = dnsPacket.decode(message);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
  // A name that is not plain ASCII was changed in decoding and cannot be given back as it came.
  const plain = packet.questions?.every(({ name }) => /^[\x21-\x7e]{1,253}$/.test(name)) ?? true;
  return packet.flag_qr || !plain ? null : packet;
}

const opcodeOf = (query: DecodedPacket) => ((query.flags ?? 0) >> 11) & 0xf;
