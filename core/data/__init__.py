"""What a network looks at: pictures, data sets, cameras."""
