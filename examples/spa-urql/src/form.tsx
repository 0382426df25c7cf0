import { toUnavailable } from 'gatehouse/client'
import { type ReactNode, useState } from 'react'

/** What a mutation answers that has not worked out. */
interface Problem {
  readonly __typename: string
  readonly message?: string
  readonly issues?: readonly { readonly message: string }[]
  readonly suggestions?: readonly string[]
}

/** The problem in words, those of the service. */
export function tell(problem: Problem | null): string {
  const { message, issues = [], suggestions = [] } = problem ?? {}
  if (suggestions.length > 0) return suggestions.join(' ')
  const details = issues.map((issue) => issue.message)
  return [message ?? 'This app does not know what to do with the answer.', ...details].join(' ')
}

/** A failure in words: nothing was decided, so trying again is all there is to do. */
export function tellFailure(error: unknown): string {
  const unavailable = toUnavailable(error)
  if (unavailable === null) return 'Something went wrong. Please try again.'
  const seconds = unavailable.retryAfterSeconds
  return `The service cannot be reached right now. Try again ${seconds === null ? 'soon' : `in ${seconds} s`}.`
}

interface FormProps {
  readonly label: string
  readonly danger?: boolean
  readonly children?: ReactNode
  /** Answers what to tell, or null when all went well. */
  readonly onSend: (read: (name: string) => string) => Promise<string | null>
}

/** A form that can be sent once at a time and tells what has come of it. */
export function Form({ label, danger = false, children, onSend }: FormProps) {
  const [busy, setBusy] = useState(false)
  const [note, setNote] = useState<string | null>(null)
  const send = async (form: HTMLFormElement) => {
    const values = new FormData(form)
    setBusy(true)
    setNote(await onSend((name) => String(values.get(name) ?? '')).catch(tellFailure))
    setBusy(false)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void send(event.currentTarget)
      }}
    >
      {children}
      {note !== null && <p role="alert">{note}</p>}
      <button type="submit" disabled={busy} className={danger ? 'danger' : undefined}>
        {label}
      </button>
    </form>
  )
}

interface FieldProps {
  readonly label: string
  readonly name: string
  readonly type?: 'text' | 'email' | 'password'
  /** Tells password managers what it is. */
  readonly autoComplete: string
  readonly value?: string | null
  readonly optional?: boolean
}

export function Field({ label, name, type = 'text', autoComplete, value, optional = false }: FieldProps) {
  return (
    <label>
      {label}
      <input
        name={name}
        type={type}
        autoComplete={autoComplete}
        defaultValue={value ?? ''}
        required={!optional}
      />
    </label>
  )
}
