import { useState } from 'preact/hooks'

interface Copying {
  readonly isCopied: boolean
  /** Copies a text. A browser that refuses leaves `isCopied` false: the text can still be selected. */
  copy(text: string): void
}

/** Copies texts to the clipboard, and knows whether it has worked. */
export function useCopying(): Copying {
  const [isCopied, setCopied] = useState(false)
  const copy = (text: string) => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => undefined,
    )
  }
  return { isCopied, copy }
}
