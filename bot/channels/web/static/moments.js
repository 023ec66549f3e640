// Days and times as the chat's language writes them, in the reader's own time zone.

import { language } from "./words.js";

const DAY = 24 * 60 * 60 * 1000;

export function clockTime(at) {
  return new Intl.DateTimeFormat(language(), { hour: "numeric", minute: "2-digit" }).format(at);
}

export function dayName(at, today = new Date()) {
  const ago = Math.round((midnight(today) - midnight(at)) / DAY);
  if (ago === 0 || ago === 1) {
    return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-ago, "day");
  }
  const year = at.getFullYear() === today.getFullYear() ? undefined : "numeric";
  const form = { weekday: "long", day: "numeric", month: "long", year };
  return new Intl.DateTimeFormat(language(), form).format(at);
}

export const dayKey = (at) => `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;

const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
