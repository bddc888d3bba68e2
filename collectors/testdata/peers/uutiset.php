<?php
// A type of posts of the test's site, beside those that WordPress brings.
add_action(
	'init',
	function () {
		register_post_type( 'uutinen', array( 'public' => true, 'label' => 'Uutiset', 'show_in_rest' => true, 'rest_base' => 'uutiset', 'supports' => array( 'title', 'editor' ) ) );
	}
);
