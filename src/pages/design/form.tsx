import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import {
  describeError,
  describeProblem,
  type Failure,
  type Problem,
  type ProblemFields,
  plain,
} from '../failure.ts'
import { useTexts } from '../texts.ts'
import { Button, type ButtonKind } from './button.tsx'
import { useCountdown } from './countdown.ts'
import { Alert } from './notice.tsx'

/** Reads the value of a field by its name; empty if there is no such field. */
export type ReadField = (name: string) => string

interface FormProps {
  /** The text of the button. */
  readonly action: string
  readonly kind?: ButtonKind
  /** The name of the button for screen readers, if its text alone does not say what it acts on. */
  readonly name?: string
  readonly children?: ComponentChildren
  /** Content next to the button. */
  readonly aside?: ComponentChildren
  readonly problemFields?: ProblemFields
  /** Whether it waits for something else on the page, and cannot be sent. */
  readonly isPaused?: boolean
  /** Sends the form. Returns null on success, and otherwise the problem. */
  readonly onSend: (read: ReadField) => Promise<Problem | null>
}

const FieldErrors = createContext<Readonly<Record<string, string>>>({})

/** The message for a field of the form around it; null if its value was accepted. */
export function useFieldError(name: string): string | null {
  return useContext(FieldErrors)[name] ?? null
}

/** A form that shows why it failed, moves the focus there, and says how long to wait. */
export function Form({
  action,
  kind = 'main',
  name,
  children,
  aside,
  problemFields = {},
  isPaused = false,
  onSend,
}: FormProps) {
  const texts = useTexts()
  const form = useRef<HTMLFormElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const seconds = useCountdown(failure)
  useEffect(() => focusProblem(form.current, failure), [failure])
  const isBlocked = isPaused || (failure?.blocks === true && seconds > 0)
  const shown = failure !== null && (failure.waitSeconds === 0 || seconds > 0) ? failure : null

  const send = async (element: HTMLFormElement) => {
    const missing = missingFields(element, texts.issues.REQUIRED)
    if (missing !== null) return setFailure(plain(texts.problems.INVALID_INPUT, missing))
    const values = new FormData(element)
    setBusy(true)
    setFailure(null)
    try {
      const problem = await onSend((name) => String(values.get(name) ?? ''))
      if (problem !== null) setFailure(describeProblem(texts, problem, problemFields))
    } catch (error) {
      setFailure(describeError(texts, error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      ref={form}
      method="post"
      noValidate
      aria-busy={isBusy}
      onSubmit={(event) => {
        event.preventDefault()
        if (!isBusy && !isBlocked) void send(event.currentTarget)
      }}
    >
      <FieldErrors.Provider value={shown?.fields ?? {}}>
        <Alert>{shown === null ? null : shown.message(seconds)}</Alert>
        {children}
      </FieldErrors.Provider>
      <div class="form-end">
        <Button kind={kind} name={name} isBusy={isBusy} isDisabled={isBlocked}>
          {action}
        </Button>
        {aside}
      </div>
    </form>
  )
}

/** The messages for required fields without a value; null if there are none. */
function missingFields(form: HTMLFormElement, message: string): Readonly<Record<string, string>> | null {
  const empty = [...form.querySelectorAll('input')].filter(
    ({ required, value }) => required && value.trim() === '',
  )
  return empty.length === 0 ? null : Object.fromEntries(empty.map(({ name }) => [name, message]))
}

/** Moves the focus to the first field with a message, or else to the message of the form. */
function focusProblem(form: HTMLFormElement | null, failure: Failure | null): void {
  if (form === null || failure === null) return
  const target = form.querySelector('[aria-invalid=true]') ?? form.querySelector('.alert')
  if (target instanceof HTMLElement) target.focus()
}
