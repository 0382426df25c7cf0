import { useEffect } from 'preact/hooks'
import { useTexts } from '../texts.ts'
import { Button } from './button.tsx'
import { Card } from './card.tsx'

/** Shown until the service has answered. */
export function Loading() {
  const { page } = useTexts()
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {page.loading}
    </p>
  )
}

/** The service could not be reached. It is tried again when the browser is online again. */
export function Unreachable({ onRetry }: { readonly onRetry: () => void }) {
  const { page } = useTexts()
  useEffect(() => {
    window.addEventListener('online', onRetry)
    return () => window.removeEventListener('online', onRetry)
  }, [onRetry])
  return (
    <Card heading={page.unreachable} text={page.unreachableText}>
      <Button onPress={onRetry}>{page.tryAgain}</Button>
    </Card>
  )
}
