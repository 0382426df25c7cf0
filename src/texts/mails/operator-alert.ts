/** The mail about an alert. Operators read English, as in the log. */
export function operatorAlert({
  app,
  alert,
  message,
  occurrences,
  windowStart,
  windowEnd,
  details,
}: Readonly<
  Record<'app' | 'alert' | 'message' | 'occurrences' | 'windowStart' | 'windowEnd' | 'details', string>
>) {
  const times = occurrences === '1' ? 'Once' : `${occurrences} times`
  return {
    subject: `${app}: ${alert}`,
    paragraphs: [message, `${times} between ${windowStart} and ${windowEnd}. The first: ${details}`],
    closing: ['You receive this mail because alerts to the operators are sent to your address.'],
  }
}
