import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'
import { useTexts } from '../texts.ts'
import { useFieldError } from './form.tsx'

export interface FieldProps {
  readonly label: string
  readonly name: string
  readonly type?: 'text' | 'email' | 'tel'
  /** The kind of value, for password managers and browsers (WCAG 2.2, 1.3.5). */
  readonly autoComplete: string
  readonly value?: string | null
  readonly isOptional?: boolean
  readonly hint?: string
  readonly inputMode?: JSX.HTMLAttributes['inputMode']
}

/** A labelled text field with its hint and its message. */
export function Field({
  label,
  name,
  type = 'text',
  autoComplete,
  value,
  isOptional = false,
  hint,
  inputMode,
}: FieldProps) {
  const { ids, error } = useField(name)
  return (
    <FieldFrame label={label} ids={ids} error={error} isOptional={isOptional} hint={hint}>
      <input
        {...inputProps(ids, error, hint !== undefined)}
        name={name}
        type={type}
        autocomplete={autoComplete}
        autocapitalize="none"
        spellcheck={false}
        inputMode={inputMode}
        defaultValue={value ?? ''}
        required={!isOptional}
      />
    </FieldFrame>
  )
}

interface FieldIds {
  readonly input: string
  readonly hint: string
  readonly error: string
}

/** The ids of a field's parts, and its message. */
export function useField(name: string): { readonly ids: FieldIds; readonly error: string | null } {
  const id = useId()
  return { ids: { input: id, hint: `${id}-hint`, error: `${id}-error` }, error: useFieldError(name) }
}

/** Connects an input with its hint and its message. */
export function inputProps(ids: FieldIds, error: string | null, hasHint: boolean) {
  const described = [...(error === null ? [] : [ids.error]), ...(hasHint ? [ids.hint] : [])]
  return {
    id: ids.input,
    'aria-invalid': error === null ? undefined : true,
    'aria-describedby': described.length === 0 ? undefined : described.join(' '),
  }
}

interface FrameProps {
  readonly label: string
  readonly ids: FieldIds
  readonly error: string | null
  readonly isOptional?: boolean
  /** Content below the field, such as a link. */
  readonly aside?: ComponentChildren
  readonly hint?: ComponentChildren
  readonly children: ComponentChildren
}

/** Label, input, message and hint of a field. */
export function FieldFrame({ label, ids, error, isOptional = false, aside, hint, children }: FrameProps) {
  const { page } = useTexts()
  return (
    <div class="field">
      <label for={ids.input}>
        {label}
        {isOptional && <span class="optional"> ({page.optional})</span>}
      </label>
      {children}
      {error !== null && (
        <p class="field-error" id={ids.error}>
          {error}
        </p>
      )}
      {hint !== undefined && (
        <div class="field-hint" id={ids.hint}>
          {hint}
        </div>
      )}
      {aside !== undefined && <div class="field-aside">{aside}</div>}
    </div>
  )
}

/** A choice that is on or off. Its value in the form is `on` or nothing. */
export function Check({ label, name }: { readonly label: string; readonly name: string }) {
  return (
    <label class="check">
      <input type="checkbox" name={name} />
      {label}
    </label>
  )
}
