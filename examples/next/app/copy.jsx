"use client";

/** Goes to browsers. */
export function Copy({ text }) {
  return (
    <button type="button" onClick={() => navigator.clipboard.writeText(text)}>
      {text}
    </button>
  );
}
