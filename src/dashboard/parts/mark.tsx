// The mark: a pair of glasses, one lens of ink and one of rose, side by side and joined only by the bridge.

export function Mark(props: { size: number }) {
  return (
    <svg class="mark" width={props.size * 2} height={props.size} viewBox="0 0 64 32" aria-hidden="true" focusable="false">
      <path class="mark-bridge" d="M27 13.5 Q32 9.5 37 13.5" />
      <circle class="mark-ink" cx="15.5" cy="17" r="12" />
      <circle class="mark-rose" cx="48.5" cy="17" r="12" />
    </svg>
  );
}
