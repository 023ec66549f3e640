// The person's side of one chat: shows what the simulator says, sends what the person does.
"use strict";

const WORDS = {
  en: { you: "You are", start: "START", menu: "Menu", file: "Send a photo or file", send: "Send", say: "Message",
        bot: "bot", typing: "typing…", edited: "edited" },
  "zh-Hans": { you: "你是", start: "开始", menu: "菜单", file: "发送照片或文件", send: "发送", say: "输入消息",
               bot: "机器人", typing: "正在输入…", edited: "已编辑" },
  "zh-Hant": { you: "你是", start: "開始", menu: "選單", file: "傳送照片或檔案", send: "傳送", say: "輸入訊息",
               bot: "機器人", typing: "正在輸入…", edited: "已編輯" },
};
const at = id => document.getElementById(id);
const make = (tag, className = "", text = "") =>
  Object.assign(document.createElement(tag), { className, textContent: text });

let people = [], words = WORDS.en, round = 0, toast = "", heard = 0;

function tongue(code) {
  if (!/^zh/i.test(code || "")) return "en";
  return /hant|tw|hk|mo/i.test(code) ? "zh-Hant" : "zh-Hans";
}

async function act(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const answer = await fetch(`chats/${at("who").value}`, { method: "POST", body: form });
  if (!answer.ok) pop((await answer.json()).error);
}

function pop(text) {
  at("toast").textContent = text;
  at("toast").hidden = false;
  clearTimeout(pop.timer);
  pop.timer = setTimeout(() => { at("toast").hidden = true; }, 4000);
}

function press(button, id) {
  if (button.url) return window.open(button.url, "_blank", "noopener");
  if (button.copied) return navigator.clipboard.writeText(button.copied);
  return act({ tap: button.data, message: id });
}

function keys(row, pressed) {
  const line = make("div", "keys");
  for (const key of row) {
    const mark = key.url ? " ↗" : key.copied ? " ⧉" : key.contact ? " ☎" : "";
    line.appendChild(make("button", key.style, key.label + mark)).onclick = () => pressed(key);
  }
  return line;
}

function shown(message) {
  const whole = make("div", `message ${message.mine ? "mine" : ""}`);
  const bubble = whole.appendChild(make("div", "bubble"));
  if (message.photo) {
    const link = bubble.appendChild(Object.assign(make("a"), { href: `pictures/${message.photo}`, target: "_blank" }));
    link.appendChild(Object.assign(make("img"), { src: link.href, alt: "", width: message.width, height: message.height }));
  }
  if (message.document) {
    const link = make("a", "", `📄 ${message.name}`);
    bubble.append(Object.assign(link, { href: `pictures/${message.document}`, download: message.name }), "\n");
  }
  bubble.appendChild(make("span")).innerHTML = message.html;
  const clock = new Date(message.at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  const ticks = message.mine ? " ✓✓" : "";
  bubble.appendChild(make("span", "when", `${message.edited ? `${words.edited} ` : ""}${clock}${ticks}`));
  for (const row of message.rows) whole.appendChild(keys(row, key => press(key, message.id)));
  return whole;
}

// What has not changed stays as it is: pictures do not flicker, a selection is not lost.
function update(messages) {
  const box = at("messages"), before = new Map([...box.children].map(one => [one.dataset.is, one]));
  const wanted = messages.map(message => {
    const is = JSON.stringify(message), made = before.get(is) || shown(message);
    made.dataset.is = is;
    return made;
  });
  if (wanted.length === box.children.length && wanted.every((one, place) => one === box.children[place])) return;
  box.replaceChildren(...wanted);
  box.scrollTop = box.scrollHeight;
}

function show(state) {
  const fresh = !state.messages.some(message => message.mine);
  update(state.messages);
  if (!state.messages.length) at("messages").replaceChildren(make("p", "about", state.description));
  at("start").hidden = !fresh;
  at("compose").hidden = fresh;
  if (state.toast && state.toast !== toast) pop(state.toast);
  toast = state.toast;
  at("doing").textContent = state.typing ? words.typing : words.bot;
  at("doing").classList.toggle("busy", state.typing);
  clearTimeout(show.timer);
  if (state.typing) show.timer = setTimeout(() => show({ ...state, typing: false }), 5000);
  at("board").replaceChildren(...state.keyboard.map(row => keys(row, key => act({ say: key.label }))));
  at("board").hidden = !state.keyboard.length;
  at("menu").replaceChildren(...state.commands.map(one => {
    const line = make("button");
    line.append(make("b", "", `/${one.command}`), make("span", "", one.description));
    line.onclick = () => { menu(false); act({ say: `/${one.command}` }); };
    return line;
  }));
  ring(state.sms);
}

function ring(sms) {
  const last = sms[sms.length - 1], old = heard < 0;
  if (old) heard = sms.length;
  if (old || sms.length <= heard) return;
  heard = sms.length;
  at("sms-from").textContent = last.from;
  at("sms-words").textContent = last.words;
  at("sms").hidden = false;
}

function menu(open) {
  at("menu").hidden = !open;
  at("open").setAttribute("aria-expanded", open);
}

async function follow() {
  const mine = ++round, who = people.find(one => String(one.id) === at("who").value);
  const lang = tongue(who.language);
  words = WORDS[lang];
  document.documentElement.lang = lang;
  for (const one of document.querySelectorAll("[data-say]")) one.textContent = words[one.dataset.say];
  Object.assign(at("compose").elements.say, { placeholder: words.say, ariaLabel: words.say });
  at("hint").textContent = who.hint;
  at("sms").hidden = true;
  menu(false);
  [heard, toast] = [-1, ""];  // what came before the page was opened is old
  at("messages").replaceChildren();
  let seen = -1;
  while (mine === round) {
    try {
      const state = await (await fetch(`chats/${who.id}?after=${seen}`)).json();
      if (mine === round && state.seen !== seen) show(state);
      seen = state.seen;
    } catch {
      await new Promise(done => setTimeout(done, 1000));
    }
  }
}

at("compose").onsubmit = event => {
  event.preventDefault();
  const say = event.target.elements.say;
  if (say.value) act({ say: say.value });
  say.value = "";
  menu(false);
};
at("file").onchange = event => {
  if (event.target.files[0]) act({ file: event.target.files[0] });
  event.target.value = "";
};
at("start").onclick = () => act({ say: "/start" });
at("open").onclick = () => menu(at("menu").hidden);
at("sms").onclick = () => {
  at("compose").elements.say.value = at("sms-words").textContent.match(/\d+/)?.[0] ?? "";
  at("sms").hidden = true;
  at("compose").elements.say.focus();
};
at("who").onchange = follow;
fetch("people").then(answer => answer.json()).then(told => {
  people = told.people;
  at("bot").textContent = told.bot;
  at("face").textContent = told.bot.slice(0, 1);
  at("who").replaceChildren(...people.map(one => Object.assign(make("option", "", one.name), { value: one.id })));
  follow();
});
