import { useEffect, useRef, useState } from 'preact/hooks';
import type { ActAbout, ActOption, ActRequest } from '../view.ts';
import { act as begin } from './ask.ts';

export interface Chosen {
  readonly act: ActAbout;
  /** Name of the service or the region that it is done to. */
  readonly subject: string;
  /** What is filled in already. */
  readonly values: ActRequest['values'];
}

interface Props {
  readonly chosen: Chosen;
  /** Regions that an option may name. */
  readonly regions: readonly string[];
  /** What a move would write, and what is known now, a sentence each. The run looks again by itself before it writes anything. */
  readonly evidence: readonly string[];
  readonly close: () => void;
}

/** Says what will be done, to what and on which evidence; asks for what the command asks for, and for the name where it matters. */
export function ActDialog({ chosen: { act, subject, values: given }, regions, evidence, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [values, setValues] = useState<Record<string, string | boolean>>({ ...given });
  const [typed, setTyped] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const set = (name: string, value: string | boolean) => setValues((before) => ({ ...before, [name]: value }));
  const submit = async (event: Event) => {
    event.preventDefault();
    const said = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '' && value !== false));
    try {
      await begin({ name: act.name, subject, values: said, confirm: act.confirm ? typed : null });
      close();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="act">
      <form onSubmit={submit}>
        <h2 id="act">
          {act.name} {subject}
        </h2>
        <p>{act.summary}.</p>
        {act.confirm ? (
          <ul class="small">
            {evidence.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        ) : null}
        {act.options.map((option) => (
          <Option
            key={option.name}
            option={option}
            regions={regions}
            value={values[option.name]}
            set={(value) => set(option.name, value)}
          />
        ))}
        {act.confirm ? (
          <p>
            <label>
              Type <b>{subject}</b> to do this{' '}
              <input value={typed} autocomplete="off" onInput={(event) => setTyped(event.currentTarget.value)} />
            </label>
          </p>
        ) : null}
        {failure === null ? null : (
          <p class="alarm" role="alert">
            {failure}
          </p>
        )}
        <button type="submit" disabled={act.confirm && typed !== subject}>
          {act.name}
        </button>{' '}
        <button type="button" onClick={close}>
          Leave it
        </button>
      </form>
    </dialog>
  );
}

interface OptionProps {
  readonly option: ActOption;
  readonly regions: readonly string[];
  readonly value: string | boolean | undefined;
  readonly set: (value: string | boolean) => void;
}

/** What the command takes beside its subject, with its own help. */
function Option({ option: { name, kind, help, required }, regions, value, set }: OptionProps) {
  const id = `option-${name}`;
  const text = String(value ?? '');
  return (
    <p class="option">
      <label htmlFor={id}>{name}</label>{' '}
      {kind === 'region' ? (
        <select id={id} value={text} onChange={(event) => set(event.currentTarget.value)}>
          <option value="">…</option>
          {regions.map((region) => (
            <option key={region}>{region}</option>
          ))}
        </select>
      ) : kind === 'text' ? (
        <input id={id} value={text} required={required} onInput={(event) => set(event.currentTarget.value)} />
      ) : (
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      )}{' '}
      <span class="small">{help}</span>
    </p>
  );
}
