// A /balance bot on grammY and better-sqlite3, with grammY's own webhook on node's http server.
import Database from "better-sqlite3";
import { Bot, InlineKeyboard, webhookCallback } from "grammy";
import { createServer } from "node:http";

const { API, DATABASE, PORT, SECRET, TOKEN, WEBHOOK } = process.env;

const db = new Database(DATABASE);
for (const pragma of ["journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "mmap_size=268435456"]) {
  db.pragma(pragma);
}
const read = db.prepare(`SELECT locale, ref, currency, days, principal, interest, penalty, growth
  FROM conversation JOIN loan USING (chat_id) WHERE chat_id = ?`);
const see = db.prepare("INSERT OR IGNORE INTO seen VALUES (?)");
const move = db.prepare("UPDATE conversation SET heard_at = ?, turns = turns + 1 WHERE chat_id = ?");
const keep = db.prepare("INSERT INTO message (chat_id, at, heard, said) VALUES (?, ?, ?, ?)");

const words = {
  en: (t) => `<b>${t.ref}</b>\n${t.days} days overdue\n\n<b>${t.total} to pay today</b>\n` +
    `It grows by ${t.growth} a day.\n\nPrincipal ${t.principal}\nInterest ${t.interest}\nPenalty ${t.penalty}`,
  zh_Hans: (t) => `<b>${t.ref}</b>\n已逾期 ${t.days} 天\n\n<b>今天应还 ${t.total}</b>\n` +
    `每天增加 ${t.growth}。\n\n本金 ${t.principal}\n利息 ${t.interest}\n罚息 ${t.penalty}`,
  zh_Hant: (t) => `<b>${t.ref}</b>\n已逾期 ${t.days} 天\n\n<b>今天應還 ${t.total}</b>\n` +
    `每天增加 ${t.growth}。\n\n本金 ${t.principal}\n利息 ${t.interest}\n罰息 ${t.penalty}`,
};
const keyboard = (why, whatIf, relief, pay) =>
  new InlineKeyboard().text(why, "why").text(whatIf, "what_if").text(relief, "relief").text(pay, "pay");
const keyboards = {
  en: keyboard("Why?", "What if", "Ask for relief", "Pay"),
  zh_Hans: keyboard("为什么", "算一算", "申请减免", "还款"),
  zh_Hant: keyboard("為什麼", "算一算", "申請減免", "還款"),
};

// A formatter is dear to make and cheap to use.
const formatters = new Map();
function money(minor, currency, locale) {
  const key = `${locale} ${currency}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat(locale.replace("_", "-"), { style: "currency", currency });
    formatters.set(key, formatter);
  }
  return formatter.format(minor / 100);
}

function told(row) {
  const amount = (minor) => money(minor, row.currency, row.locale);
  return words[row.locale]({
    ref: row.ref,
    days: row.days,
    total: amount(row.principal + row.interest + row.penalty),
    growth: amount(row.growth),
    principal: amount(row.principal),
    interest: amount(row.interest),
    penalty: amount(row.penalty),
  });
}

// Words and locale of the answer, durable on return; undefined when it was answered before.
const balance = db.transaction((updateId, chatId, heard) => {
  const row = read.get(chatId);
  if (see.run(updateId).changes === 0) return undefined;
  const said = told(row);
  const at = new Date().toISOString();
  move.run(at, chatId);
  keep.run(chatId, at, heard, said);
  return { said, locale: row.locale };
});

const bot = new Bot(TOKEN, { client: { apiRoot: API } });
bot.command("balance", (ctx) => {
  const answer = balance.immediate(ctx.update.update_id, ctx.chat.id, ctx.message.text);
  if (answer === undefined) return;
  // Durable already: the message goes out beside the acknowledgement.
  ctx.reply(answer.said, { parse_mode: "HTML", reply_markup: keyboards[answer.locale] })
    .catch((failed) => console.error(failed));
});

const webhook = webhookCallback(bot, "http", { secretToken: SECRET });
createServer((request, response) => {
  if (request.url === WEBHOOK) return webhook(request, response);
  response.writeHead(404).end();
}).listen(Number(PORT), "127.0.0.1");
