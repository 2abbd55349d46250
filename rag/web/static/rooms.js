// Runs once, before anybody can do anything. Gradio makes what is in a room when its tab is
// first opened, and a frame later sets it to what it was before: letters typed in between
// would be gone. So every room is made at once, out of sight.
for (const room of element.querySelector("[data-rooms]").dataset.rooms.split(" ")) {
  trigger("gradio_tab_select", { component_id: Number(room) });
}
