// "/" leads to the search of the page, as staff know it from elsewhere; else it is a letter like any other.
addEventListener('keydown', (event) => {
  const writing = event.target.closest('input, textarea, select, [contenteditable]');
  if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey || writing) return;
  const search = document.querySelector('#searchbar') ?? document.querySelector('#nav-filter');
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});
