'use client'

import { type ReactNode, useActionState } from 'react'
import type { Outcome } from './actions.ts'

interface ActionFormProps {
  readonly label: string
  readonly action: (before: Outcome, form: FormData) => Promise<Outcome>
  readonly children?: ReactNode
}

/** A form that an action of the server handles. It also works without JavaScript. */
export function ActionForm({ label, action, children }: ActionFormProps) {
  const [outcome, send, isPending] = useActionState(action, null)
  return (
    // React would empty the fields after each action.
    <form action={send} onReset={(event) => event.preventDefault()}>
      {children}
      <button type="submit" aria-disabled={isPending}>
        {label}
      </button>
      <p role="status">{outcome}</p>
    </form>
  )
}
