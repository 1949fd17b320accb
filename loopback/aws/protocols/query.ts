import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../service.ts';
import type { ServiceModel } from '../service-model.ts';
import { errorStatus, type Protocol, type WireRequest } from './protocol.ts';

/** Parameters in, XML out. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function queryProtocol(model: ServiceModel | undefined): Protocol {
  const xmlns = model?.xmlNamespace === undefined ? '' : ` xmlns="${model.xmlNamespace}"`;
  return {
    async readInput(operation, request) {
      if (operation.input.isUnitSchema()) return {};
      return (read(operation.input, tree(queryParameters(request)), '') ?? {}) as Record<string, unknown>;
    },

    writeOutput({ name, output: schema }, output, requestId) {
      const result = schema.isUnitSchema() ? '' : `<${name}Result>${innerXml(schema, output)}</${name}Result>`;
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      return answer(200, `<${name}Response${xmlns}>${result}${metadata}</${name}Response>`, requestId);
    },

    writeError(error, requestId) {
      const query = model?.errors.get(error.code)?.query;
      const status = query?.status ?? errorStatus(error, model);
      const members = Object.entries(error.members)
        .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
        .join('');
      const body =
        `<ErrorResponse${xmlns}><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
        `<Code>${escapeXml(query?.code ?? error.code)}</Code><Message>${escapeXml(error.message)}</Message>${members}` +
        `</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
      return answer(status, body, requestId);
    },
  };
}

/** The parameters stand in the body of a POST or in the address of a GET. */
export function queryParameters(request: WireRequest): URLSearchParams {
  return request.method === 'GET' ? request.query : new URLSearchParams(request.body.toString('utf8'));
}

/** `Metrics.member.1.Name=x` as a tree, so that each level is looked up once. */
interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

function tree(parameters: URLSearchParams): Node {
  const root: Node = { children: new Map() };
  for (const [name, value] of parameters) {
    let node = root;
    for (const part of name.split('.')) {
      let child = node.children.get(part);
      if (child === undefined) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
}

function read(schema: NormalizedSchema, node: Node, path: string): unknown {
  if (schema.isStructSchema()) {
    const structure: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const child = node.children.get(member.getMergedTraits().xmlName ?? name);
      if (child !== undefined) structure[name] = read(member, child, path === '' ? name : `${path}.${name}`);
    }
    return structure;
  }
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  if (schema.isListSchema()) {
    const member = schema.getValueSchema();
    const items = flat ? node : node.children.get(member.getMergedTraits().xmlName ?? 'member');
    return numbered(items).map((item) => read(member, item, path));
  }
  if (schema.isMapSchema()) {
    const map: Record<string, unknown> = {};
    const key = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
    const value = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
    for (const entry of numbered(flat ? node : node.children.get('entry'))) {
      const name = entry.children.get(key)?.value;
      const item = entry.children.get(value);
      if (name === undefined) throw new AwsError('MalformedInput', `a map entry without a key at '${path}'`);
      if (item !== undefined) map[name] = read(schema.getValueSchema(), item, path);
    }
    return map;
  }
  return readSimple(schema, node.value ?? '', path);
}

function readSimple(schema: NormalizedSchema, text: string, path: string): unknown {
  if (schema.isBooleanSchema()) {
    if (text !== 'true' && text !== 'false') throw malformed(path, 'true or false', text);
    return text === 'true';
  }
  if (schema.isNumericSchema()) {
    const number = Number(text);
    if (text.trim() === '' || (Number.isNaN(number) && text !== 'NaN')) throw malformed(path, 'a number', text);
    return number;
  }
  if (schema.isTimestampSchema()) {
    const time = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
    if (Number.isNaN(time)) throw malformed(path, 'a time', text);
    return new Date(time);
  }
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  return text;
}

function numbered(node: Node | undefined): readonly Node[] {
  return [...(node?.children ?? [])]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function malformed(path: string, expected: string, text: string): AwsError {
  return new AwsError('MalformedInput', `expected ${expected} at '${path}', got ${JSON.stringify(text.slice(0, 100))}`);
}

/** The serializer names the root after the shape; the protocol wants the operation's name, so only its content is kept. */
function innerXml(schema: NormalizedSchema, value: unknown): string {
  const serializer = new XmlShapeSerializer({
    xmlNamespace: '',
    serviceNamespace: '',
    timestampFormat: { useTrait: true, default: 5 },
  } as ConstructorParameters<typeof XmlShapeSerializer>[0]);
  serializer.write(schema, value);
  const xml = String(serializer.flush());
  const end = xml.lastIndexOf('</');
  return end === -1 ? '' : xml.slice(xml.indexOf('>') + 1, end);
}

function answer(status: number, body: string, requestId: string) {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
