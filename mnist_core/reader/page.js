// The page /reader/: the pad, the languages, and what is kept for use without a network.
import "./element.js";
import { openShell } from "./shell.js";

const COOKIE = "mnist-studio-language"; // As the app keeps which language was chosen.
const root = new URL("../", location.href).pathname;
const pad = document.querySelector("digit-pad");
const offline = document.querySelector("#offline");
const home = document.querySelector("#home");

openShell(pad, (code) => {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  try {
    document.cookie = `${COOKIE}=${code}; Path=${root}; Max-Age=31536000; SameSite=Lax${secure}`;
  } catch {
    // It is spoken as long as the page lives.
  }
  const address = new URL(location.href);
  address.searchParams.set("language", code);
  history.replaceState(null, "", address);
});

// The page that is kept speaks the language that it was kept in.
const wanted = new URLSearchParams(location.search).get("language") ?? chosen();
if (wanted && wanted !== pad.getAttribute("language")) pad.setAttribute("language", wanted);

pad.addEventListener("ready", ({ detail: { record } }) => {
  if (!record) return;
  const address = new URL("home.html", location.href);
  address.searchParams.set("language", record.language);
  if (record.model.name) address.searchParams.set("model", record.model.name);
  home.href = address.href;
  keep().then((words) => (offline.textContent = record.page[words]));
});

// The language that was chosen on an earlier visit.
function chosen() {
  try {
    const kept = document.cookie.split("; ").find((each) => each.startsWith(`${COOKIE}=`));
    return kept?.split("=")[1];
  } catch {
    return undefined; // in a frame that may keep nothing
  }
}

let keeping;

// Has the browser keep the page; gives the name of the words that say whether it does.
function keep() {
  keeping ??= register();
  return keeping;
}

async function register() {
  if (!isSecureContext) return "offline_insecure";
  try {
    const { installing, waiting, active } = await navigator.serviceWorker.register(new URL("service-worker.js", location.href));
    await activated(active ?? waiting ?? installing);
    return "offline_ready";
  } catch (error) {
    console.info("Not kept for use without a network:", error.message);
    return "offline_failed";
  }
}

// Waits until a worker has kept its files; an error if it could not.
function activated(worker) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (worker.state === "activated") resolve();
      else if (worker.state === "redundant") reject(new Error("the files were not kept"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
}
