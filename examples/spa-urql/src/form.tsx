import { toUnavailable } from 'gatehouse-client'
import { createContext, type ReactNode, useContext, useEffect, useId, useRef, useState } from 'react'

/** What the service returns instead of a success. */
export interface Problem {
  readonly code?: string
  readonly message?: string
  /** The values that were refused: `path` leads from the input to a field. */
  readonly issues?: readonly { readonly path: readonly string[]; readonly message: string }[]
  readonly suggestions?: readonly string[]
}

/** The problem in the result of a mutation; null if it succeeded. */
export function problemIn(
  result: (Problem & { readonly __typename: string }) | null | undefined,
): Problem | null {
  return result?.__typename.endsWith('Success') === true ? null : (result ?? {})
}

/** A message for the user about a request that was not processed: they can only try again. */
export function describeFailure(error: unknown): string {
  const unavailable = toUnavailable(error)
  if (unavailable === null) return 'Something went wrong. Please try again.'
  const seconds = unavailable.retryAfterSeconds
  return `The service cannot be reached right now. Try again ${seconds === null ? 'soon' : `in ${seconds} s`}.`
}

/** What a form shows after it failed: messages at its fields, and one for everything else. */
interface Failure {
  readonly fields: Readonly<Record<string, string>>
  readonly message: string | null
}

/** The fields that a problem without issues concerns, by its code. */
const problemFields: Readonly<Record<string, readonly string[]>> = {
  WEAK_PASSWORD: ['newPassword', 'password'],
  PASSWORD_REUSED: ['newPassword'],
  EMAIL_TAKEN: ['email'],
  USERNAME_TAKEN: ['username'],
  INVALID_CODE: ['code', 'recoveryCode'],
}

function describeProblem(problem: Problem, hasField: (name: string) => boolean): Failure {
  const { code = '', message = 'The service sent an unexpected response.', suggestions = [] } = problem
  const text = [message, ...suggestions].join(' ')
  const field = problemFields[code]?.find(hasField)
  if (field !== undefined) return { fields: { [field]: text }, message: null }
  const issues = (problem.issues ?? []).map((issue) => ({ field: issue.path[0] ?? '', text: issue.message }))
  const others = issues.filter((issue) => !hasField(issue.field))
  if (issues.length === 0 || others.length > 0)
    return { fields: {}, message: [text, ...issues.map((issue) => issue.text)].join(' ') }
  return { fields: Object.fromEntries(issues.map((issue) => [issue.field, issue.text])), message: null }
}

export type ReadField = (name: string) => string

interface FormProps {
  readonly label: string
  readonly danger?: boolean
  readonly children?: ReactNode
  /** Returns null on success. */
  readonly onSend: (read: ReadField) => Promise<Problem | null>
}

const FieldMessages = createContext<Failure['fields']>({})

/** A form that is sent once at a time, shows why it failed, and moves the focus there. */
export function Form({ label, danger = false, children, onSend }: FormProps) {
  const form = useRef<HTMLFormElement>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    if (failure !== null)
      form.current?.querySelector<HTMLElement>('[aria-invalid=true], [role=alert]')?.focus()
  }, [failure])
  const send = async ({ elements }: HTMLFormElement, values: FormData) => {
    setBusy(true)
    try {
      const problem = await onSend((name) => String(values.get(name) ?? ''))
      setFailure(problem && describeProblem(problem, (name) => elements.namedItem(name) !== null))
    } catch (error) {
      setFailure({ fields: {}, message: describeFailure(error) })
    }
    setBusy(false)
  }
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) void send(event.currentTarget, new FormData(event.currentTarget))
      }}
    >
      <FieldMessages value={failure?.fields ?? {}}>{children}</FieldMessages>
      {failure !== null && failure.message !== null && (
        <p role="alert" tabIndex={-1}>
          {failure.message}
        </p>
      )}
      <button type="submit" aria-disabled={busy} className={danger ? 'danger' : undefined}>
        {label}
      </button>
    </form>
  )
}

interface FieldProps {
  readonly label: string
  readonly name: string
  readonly type?: 'text' | 'email' | 'password'
  /** For password managers. */
  readonly autoComplete: string
  readonly value?: string | null
  readonly optional?: boolean
  /** Announced when it changes. */
  readonly hint?: string
  readonly onInput?: (value: string) => void
}

/** A field with its label, its hint and its message. */
export function Field(props: FieldProps) {
  const { label, name, type = 'text', autoComplete, value, optional = false, hint, onInput } = props
  const id = useId()
  const message = useContext(FieldMessages)[name]
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type}
        autoComplete={autoComplete}
        defaultValue={value ?? ''}
        required={!optional}
        aria-invalid={message !== undefined}
        aria-describedby={`${id}-message ${id}-hint`}
        onInput={(event) => onInput?.(event.currentTarget.value)}
      />
      <small id={`${id}-message`} className="error">
        {message}
      </small>
      <small id={`${id}-hint`} role="status">
        {hint}
      </small>
    </div>
  )
}
