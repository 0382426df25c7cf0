import { type ComponentProps, useRef } from 'react'
import { Form } from './form.tsx'

interface ConfirmFormProps extends Omit<ComponentProps<typeof Form>, 'danger'> {
  /** What will happen. */
  readonly question: string
}

/** A button for what cannot be undone. It opens a dialog with the form, which Escape closes. */
export function ConfirmForm({ label, question, onSend, children }: ConfirmFormProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  return (
    <>
      <button type="button" className="danger" onClick={() => dialog.current?.showModal()}>
        {label}…
      </button>
      <dialog ref={dialog} aria-label={label}>
        <p>{question}</p>
        <Form
          label={label}
          danger
          onSend={async (read) => {
            const problem = await onSend(read)
            if (problem === null) dialog.current?.close()
            return problem
          }}
        >
          {children}
        </Form>
        <button type="button" className="plain" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </dialog>
    </>
  )
}
