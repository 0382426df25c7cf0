import { toUnavailable } from 'gatehouse/client'
import { type ReactNode, useState } from 'react'

/** The result of a mutation that did not succeed. */
interface Problem {
  readonly __typename: string
  readonly message?: string
  readonly issues?: readonly { readonly message: string }[]
  readonly suggestions?: readonly string[]
}

/** A message for the user, in the words of the service. */
export function describeProblem(problem: Problem | null): string {
  const { message, issues = [], suggestions = [] } = problem ?? {}
  if (suggestions.length > 0) return suggestions.join(' ')
  const details = issues.map((issue) => issue.message)
  return [message ?? 'The service sent an unexpected response.', ...details].join(' ')
}

/** A message for the user about a request that was not processed: they can only try again. */
export function describeFailure(error: unknown): string {
  const unavailable = toUnavailable(error)
  if (unavailable === null) return 'Something went wrong. Please try again.'
  const seconds = unavailable.retryAfterSeconds
  return `The service cannot be reached right now. Try again ${seconds === null ? 'soon' : `in ${seconds} s`}.`
}

interface FormProps {
  readonly label: string
  readonly danger?: boolean
  readonly children?: ReactNode
  /** Returns a message to show, or null on success. */
  readonly onSend: (read: (name: string) => string) => Promise<string | null>
}

/** A form that is disabled while it is sent, and shows the message of a failure. */
export function Form({ label, danger = false, children, onSend }: FormProps) {
  const [busy, setBusy] = useState(false)
  const [message, setMessage] = useState<string | null>(null)
  const send = async (form: HTMLFormElement) => {
    const values = new FormData(form)
    setBusy(true)
    setMessage(await onSend((name) => String(values.get(name) ?? '')).catch(describeFailure))
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
      {message !== null && <p role="alert">{message}</p>}
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
  /** For password managers. */
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
