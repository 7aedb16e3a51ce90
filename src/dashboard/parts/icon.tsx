// The few line icons of the page, drawn on a 16 by 16 grid; always beside words or with a label of the control.

const PATHS = {
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  left: 'M10 4L6 8l4 4',
  close: 'M4 4l8 8M12 4l-8 8',
  info: 'M8 7.2v4M8 4.9v.2M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4z',
  table: 'M2 4h12M2 8h12M2 12h12',
} as const;

export function Icon(props: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[props.name]} />
    </svg>
  );
}
