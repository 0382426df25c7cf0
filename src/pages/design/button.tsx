import type { ComponentChildren } from 'preact'

export type ButtonKind = 'main' | 'quiet' | 'danger'

interface ButtonProps {
  readonly children: ComponentChildren
  readonly kind?: ButtonKind
  /** The name for screen readers, if the text alone does not say what the button acts on. */
  readonly name?: string | undefined
  readonly isBusy?: boolean
  readonly isDisabled?: boolean
  /** Without it the button sends its form. */
  readonly onPress?: () => void
}

/** A button. It keeps the focus while it is busy or disabled, so that people with a keyboard do not lose their place. */
export function Button({ children, kind = 'main', name, isBusy, isDisabled, onPress }: ButtonProps) {
  const isOff = isBusy === true || isDisabled === true
  return (
    <button
      type={onPress === undefined ? 'submit' : 'button'}
      class={`button button-${kind}`}
      aria-label={name}
      aria-disabled={isOff ? true : undefined}
      onClick={isOff ? undefined : onPress}
    >
      {isBusy === true && <span class="spinner" aria-hidden="true" />}
      <span>{children}</span>
    </button>
  )
}
