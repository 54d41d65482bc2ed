// The service worker that shows messages; it does nothing else: no cache, no fetch.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

function read(event) {
  try {
    return event.data.json();
  } catch {
    return {};
  }
}

self.addEventListener("push", (event) => {
  const { title, url, tag } = read(event);
  event.waitUntil(
    self.registration.showNotification(title || "Liên Thông", {
      tag,
      icon: "/static/dist/mark.svg",
      lang: "vi",
      data: { url },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  let target = new URL("/thong-bao/", self.location.origin);
  try {
    const asked = new URL(event.notification.data.url, self.location.origin);
    if (asked.origin === self.location.origin) target = asked;
  } catch {
    // the inbox is never wrong
  }
  event.waitUntil(self.clients.openWindow(target.href));
});
