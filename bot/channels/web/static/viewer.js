// A picture as large as it needs to be; Escape, the button or a tap beside it close it.

export function enlargePicturesOf(room) {
  const viewer = document.getElementById("viewer");
  const image = viewer.querySelector("img");
  room.addEventListener("click", (event) => {
    const shown = event.target.closest(".picture")?.querySelector("img");
    if (!shown) return;
    image.src = shown.src;
    image.alt = shown.alt;
    image.className = shown.className;
    viewer.showModal();
  });
  viewer.addEventListener("click", (event) => {
    if (event.target !== image) viewer.close();
  });
}
